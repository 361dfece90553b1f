import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf
from scipy.linalg import fractional_matrix_power
from statsmodels.stats.multitest import multipletests

from readout_nlp.compare.clustered import cluster_errors
from readout_nlp.compare.clustered_rungs import rung_errors, rungs
from readout_nlp.compare.clustered_wild import wild_p
from readout_nlp.compare.design import make_design
from readout_nlp.compare.discovery_rate import discovery_rate
from readout_nlp.compare.draws import posterior_draws, rubin
from readout_nlp.errors import InputError, RecipeError


def panel(*, places=7, per=12, seed=0):
    chance = np.random.default_rng(seed)
    sizes = chance.integers(per // 2, per * 2, places)
    place = np.repeat([f"p{n}" for n in range(places)], sizes)
    n = len(place)
    frame = pd.DataFrame({"place": place, "year": chance.integers(2015, 2020, n), "x": chance.normal(size=n)})
    frame["treated"] = (frame["place"].str[1:].astype(int) % 3 == 0).astype(int)
    shares = (
        chance.dirichlet([1, 2, 3], n)
        + 0.05 * chance.normal(size=places)[frame["place"].factorize()[0], None]
    )
    return frame, shares


def fitted(formula, frame, shares):
    design = make_design(frame, formula)
    inner = design.basis.T @ shares
    return design, design.back @ inner, shares - design.basis @ inner


def by_hand(design, residuals, codes, power):
    """CR errors and Bell-McCaffrey degrees of freedom with the full n by n matrices."""
    x = design.matrix
    bread = np.linalg.inv(x.T @ x)
    hat = x @ bread @ x.T
    adjusted = np.zeros_like(hat)
    for code in np.unique(codes):
        rows = np.flatnonzero(codes == code)
        block = np.eye(len(rows)) - hat[np.ix_(rows, rows)]
        adjusted[np.ix_(rows, rows)] = np.real(fractional_matrix_power(block, -power))
    variance, df = [], []
    for column in range(x.shape[1]):
        weights = adjusted @ x @ bread[:, column]
        each = [weights * (codes == code) for code in np.unique(codes)]
        variance.append([sum((one @ outcome) ** 2 for one in each) for outcome in residuals.T])
        g = np.stack([(np.eye(len(x)) - hat) @ one for one in each], axis=1)
        values = np.linalg.eigvalsh(g.T @ g)
        df.append(values.sum() ** 2 / (values**2).sum())
    return np.array(variance), np.array(df)


@pytest.mark.parametrize("formula", ["treated + year + x", "bs(year, df=4) + treated:x"])
def test_coefficients_are_those_of_statsmodels(formula):
    frame, shares = panel()
    design, found, _ = fitted(formula, frame, shares)
    for topic in range(shares.shape[1]):
        model = smf.ols(f"y ~ {formula}", frame.assign(y=shares[:, topic])).fit()
        assert list(design.names) == list(model.params.index)
        assert np.allclose(found[:, topic], model.params, atol=1e-9)
        assert np.allclose(design.back @ design.back.T, model.normalized_cov_params, rtol=1e-6)


@pytest.mark.parametrize("kind", ["CR2", "CV3"])
def test_errors_and_degrees_of_freedom_are_those_of_the_full_matrices(kind):
    frame, shares = panel()
    design, _, residuals = fitted("treated + year + x", frame, shares)
    codes = frame["place"].factorize()[0]
    found = cluster_errors(design.basis, design.back, residuals, codes=codes, kind=kind)
    variance, df = by_hand(design, residuals, codes, 0.5 if kind == "CR2" else 1.0)
    n = found.n_clusters
    assert n == 7
    assert np.allclose(found.variance, variance * (1 if kind == "CR2" else (n - 1) / n), rtol=1e-8)
    assert np.allclose(found.df, df, rtol=1e-8)
    assert not found.carried_by_one.any()


def test_cv3_is_the_jackknife_over_clusters():
    frame, shares = panel(places=9)
    design, found, residuals = fitted("treated + year", frame, shares)
    codes = frame["place"].factorize()[0]
    errors = cluster_errors(design.basis, design.back, residuals, codes=codes, kind="CV3")
    left = []
    for code in range(9):
        x, y = design.matrix[codes != code], shares[codes != code]
        left.append(np.linalg.lstsq(x, y, rcond=None)[0] - found)
    assert np.allclose(errors.variance, 8 / 9 * np.square(left).sum(axis=0), rtol=1e-7)


def test_errors_by_document_are_hc2_of_statsmodels():
    frame, shares = panel()
    design, _, residuals = fitted("treated + year", frame, shares)
    found = cluster_errors(design.basis, design.back, residuals, codes=np.arange(len(frame)))
    model = smf.ols("y ~ treated + year", frame.assign(y=shares[:, 0])).fit(cov_type="HC2")
    assert np.allclose(np.sqrt(found.variance[:, 0]), model.bse, rtol=1e-8)


def test_errors_do_not_depend_on_the_names_or_the_order_of_clusters():
    frame, shares = panel()
    design, _, residuals = fitted("treated + year", frame, shares)
    codes = frame["place"].factorize()[0]
    one = cluster_errors(design.basis, design.back, residuals, codes=codes)
    other = cluster_errors(design.basis, design.back, residuals, codes=6 - codes)
    assert np.allclose(one.variance, other.variance, rtol=1e-10)
    assert np.allclose(one.df, other.df, rtol=1e-10)


def test_dummies_of_places_are_carried_by_one_place_and_the_year_is_not():
    frame, shares = panel()
    design, _, residuals = fitted("place + year", frame, shares)
    codes = frame["place"].factorize()[0]
    found = cluster_errors(design.basis, design.back, residuals, codes=codes)
    assert found.carried_by_one.tolist() == [name != "year" for name in design.names]


def test_a_coefficient_takes_the_coarsest_rung_that_it_can_have():
    frame, shares = panel(per=40)
    frame["readout_id"] = [f"r{n // 2}" for n in range(len(frame))]
    design, _, residuals = fitted("place + year", frame, shares)
    ladder = rungs(frame, "place")
    found = rung_errors(design.basis, design.back, residuals, ladder=ladder)
    names = {name: ladder[rung].name for name, rung in zip(design.names, found.rung, strict=True)}
    assert names["year"] == "by place"
    assert {names[name] for name in names if name.startswith("place")} == {"within place, by year"}
    thin = frame.drop(
        frame.index[(frame["place"] == "p3").to_numpy().nonzero()[0][4:]]
    )  # two readouts are left
    kept = thin.index.to_numpy()
    design, _, residuals = fitted("place + year", thin, shares[kept])
    found = rung_errors(design.basis, design.back, residuals, ladder=rungs(thin, "place"))
    rung = dict(zip(design.names, found.rung, strict=True))
    assert rung["place[T.p3]"] > rung["place[T.p4]"] > rung["year"] == 0


def test_the_wild_bootstrap_agrees_with_the_library():
    """The library tests one coefficient of one outcome in seconds: an oracle here, too slow for tables."""
    from wildboottest.wildboottest import wildboottest

    frame, shares = panel(places=16)
    design, found, residuals = fitted("treated + year + x", frame, shares)
    codes = frame["place"].factorize()[0]
    own = wild_p(design.basis, design.back, residuals, estimates=found, codes=codes, n_samples=9999)
    model = smf.ols("y ~ treated + year + x", frame.assign(y=shares[:, 0]))
    said = wildboottest(model, param="treated", cluster=pd.Series(codes), B=9999, seed=1, show=False)
    number = design.names.index("treated")
    assert own[number, 0] == pytest.approx(float(said["p-value"].iloc[0]), abs=0.02)


def test_the_wild_bootstrap_keeps_its_level_and_finds_effects():
    chance = np.random.default_rng(0)
    codes = np.repeat(np.arange(10), 8)
    basis, back = np.full((80, 1), 80**-0.5), np.array([[80**-0.5]])
    values = chance.normal(size=(10, 400))[codes] + chance.normal(size=(80, 400))
    values[:, 300:] += 2.5
    means = back @ (basis.T @ values)
    p = wild_p(basis, back, values - means, estimates=means, codes=codes, n_samples=499)[0]
    assert (p[:300] < 0.05).mean() < 0.1
    assert (p[300:] < 0.05).mean() > 0.9


def test_rubins_rules_by_hand():
    estimates, variances = np.array([1.0, 2.0, 3.0]).reshape(3, 1, 1), np.full((3, 1, 1), 0.5)
    found = rubin(estimates, variances, np.array([20.0]))
    total = 0.5 + 4 / 3 * 1.0
    share = 4 / 3 / total
    observed = 21 / 23 * 20 * (1 - share)
    assert found.estimate == pytest.approx(2.0)
    assert found.variance == pytest.approx(total)
    assert found.df == pytest.approx(1 / (share**2 / 2 + 1 / observed))
    assert found.df < 20


def test_draws_keep_the_mean_and_have_the_spread_of_their_dirichlet():
    theta, lengths = np.array([[0.2, 0.3, 0.5], [1.0, 0.0, 0.0]]), np.array([19.7, 5.0])
    draws = np.stack(posterior_draws(theta, lengths, n_draws=20_000, alpha=0.1, random_state=3))
    assert np.allclose(draws.sum(axis=2), 1)
    assert np.allclose(draws.mean(axis=0), theta, atol=0.005)
    assert np.allclose(draws[:, 0].var(axis=0), theta[0] * (1 - theta[0]) / 21, rtol=0.05)
    assert (draws[:, 1] == theta[1]).all()


@pytest.mark.parametrize("lengths", [np.ones(3), np.array([1.0, -1.0]), np.array([1.0, np.nan])])
def test_draws_need_one_length_a_document(lengths):
    with pytest.raises(InputError):
        posterior_draws(np.full((2, 2), 0.5), lengths)


def test_draws_need_shares_that_sum_to_one_and_a_number():
    with pytest.raises(InputError, match="sum to 1"):
        posterior_draws(np.full((2, 2), 0.4), np.ones(2))
    with pytest.raises(RecipeError, match="n_draws=0"):
        posterior_draws(np.full((2, 2), 0.5), np.ones(2), n_draws=0)


def test_q_values_by_hand():
    p = np.array([0.01, 0.02, 0.03, 0.9])
    assert np.allclose(discovery_rate(p), [0.04, 0.04, 0.04, 0.9])
    assert np.allclose(discovery_rate(p, method="by")[:3], 0.04 * (1 + 1 / 2 + 1 / 3 + 1 / 4))
    assert np.isnan(discovery_rate(np.array([np.nan, np.nan]))).all()
    with pytest.raises(RecipeError, match="bonferroni"):
        discovery_rate(p, method="bonferroni")


@pytest.mark.parametrize("method", ["bh", "by"])
def test_q_values_are_those_of_statsmodels_to_the_last_digit(method):
    chance = np.random.default_rng(0)
    for size in (1, 2, 40, 300):
        p = chance.random(size) ** 3
        p[::3] = np.round(p[::3], 2)  # ties, and some of 0
        assert (
            discovery_rate(p, method=method).tolist() == multipletests(p, method=f"fdr_{method}")[1].tolist()
        )

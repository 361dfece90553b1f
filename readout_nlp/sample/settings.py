"""What a sample is made of: its seed and its size."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from readout_nlp.errors import RecipeError
from readout_nlp.sample.world import FIRST_YEAR, LAST_YEAR, all_cities


@dataclass(frozen=True, slots=True)
class SampleSettings:
    """Seed and size of a sample.

    Attributes
    ----------
    seed
        Same seed, same bytes.
    cities
        Prefecture-level cities, each with its districts and counties.
    years
        Years from 2012 on.
    per_cell
        Readouts a city (with its districts and counties) and year, on average; a few cells hold none or
        hardly any on purpose.
    matters
        On the agenda of a readout, from and to; a line on other matters may follow.
    """

    seed: int = 0
    cities: int = 12
    years: int = 8
    per_cell: int = 12
    matters: tuple[int, int] = (4, 7)

    @property
    def last_day(self) -> date:
        """The last day that the sample covers."""
        return date(FIRST_YEAR + self.years - 1, 12, 31)

    @property
    def calendar(self) -> range:
        """The years that the sample covers."""
        return range(FIRST_YEAR, FIRST_YEAR + self.years)


def check_settings(settings: SampleSettings) -> None:
    """Refuse a size that the fictional world cannot fill.

    Raises
    ------
    RecipeError
        If a number is below 1, or there are not that many fictional cities or years.
    """
    limits = {"cities": len(all_cities()), "years": LAST_YEAR - FIRST_YEAR + 1, "per_cell": 200}
    for name, most in limits.items():
        value = getattr(settings, name)
        if not 1 <= value <= most:
            raise RecipeError(f"{name}={value}", f"{name} from 1 to {most}", f"choose a {name} in that range")

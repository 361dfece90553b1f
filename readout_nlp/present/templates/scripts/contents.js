// ---- where the reader is
const links = new Map([...document.querySelectorAll(".contents a")].map((one) => [one.getAttribute("href").slice(1), one]));
if ("IntersectionObserver" in window) {
  const watch = new IntersectionObserver((entries) => {
    for (const entry of entries) {
      if (!entry.isIntersecting) continue;
      links.forEach((link) => link.removeAttribute("aria-current"));
      links.get(entry.target.id).setAttribute("aria-current", "true");
    }
  }, { rootMargin: "-20% 0px -70% 0px" });
  links.forEach((_, id) => watch.observe(document.getElementById(id)));
}

"""Links to routes of ours that look like the page's main button. They open in the same tab."""

from typing import Final

# The theme's own colours: Streamlit marks the page `color-scheme: light` or `dark`.
STYLE: Final = """
<style>
.corvana-action,.corvana-action:visited{display:inline-flex;align-items:center;
justify-content:center;min-height:2.5rem;padding:.25rem 1.1rem;border-radius:8px;font-weight:600;
text-decoration:none;background:light-dark(#1f6fb2,#5aa9e6);color:light-dark(#fff,#0c1218)}
.corvana-action:hover{background:light-dark(#185a92,#7dbdf0);color:light-dark(#fff,#0c1218);
text-decoration:none}
.corvana-action:focus-visible{outline:3px solid light-dark(#1f6fb2,#5aa9e6);outline-offset:2px}
.corvana-quiet,.corvana-quiet:visited{color:inherit;text-decoration:underline}
.corvana-quiet:focus-visible{outline:3px solid light-dark(#1f6fb2,#5aa9e6);outline-offset:2px}
</style>
"""

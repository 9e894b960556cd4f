"""The report's colours: what figures are drawn in, which CSS variable each becomes, and which span has which.

The hues are Okabe and Ito's (2008), which people with any form of colour blindness tell apart; greys are for what is
left over. The page's style sheet gives every variable a light and a dark value.
"""

INK, MUTED, GRID, PAPER, BAND = "#1b1f24", "#5c6570", "#d9dde2", "#fdfdfc", "#c7dcec"
FIRST, SECOND, THIRD, FOURTH = "#0072b2", "#d55e00", "#009e73", "#e69f00"
WAITING = "#e3e6ea"
ON_DEEP, ON_PALE = "#fffffe", "#14171a"  # text on a deep colour and on a pale one

VARIABLES = {
    INK: "--ink",
    MUTED: "--muted",
    GRID: "--grid",
    PAPER: "--paper",
    BAND: "--band",
    FIRST: "--blue",
    SECOND: "--vermilion",
    THIRD: "--green",
    FOURTH: "--orange",
    "#cc79a7": "--purple",
    "#56b4e9": "--sky",
    "#d8c51e": "--yellow",
    "#7a5195": "--violet",
    "#8a6d4b": "--brown",
    "#8b929b": "--grey",
    "#b4bac2": "--silver",
    "#4c545d": "--slate",
    WAITING: "--waiting",
    ON_DEEP: "--on-deep",
    ON_PALE: "--on-pale",
}

BETWEEN = "between trials"
_OF_SPAN = {
    "load": THIRD,
    "split": "#56b4e9",
    "indicators": FIRST,
    "strategy": SECOND,
    "scoring": "#d8c51e",
    "suggest": "#cc79a7",
    "storage": FOURTH,
    "gc": "#7a5195",
    "other": "#8b929b",
    "unattributed": "#b4bac2",
    BETWEEN: "#4c545d",
}
_USERS_OWN = "#8a6d4b"
_PALE = (SECOND, THIRD, FOURTH, "#cc79a7", "#56b4e9", "#d8c51e", "#8b929b", "#b4bac2")
LINES = (FIRST, SECOND, THIRD, FOURTH, "#cc79a7", "#56b4e9", "#7a5195")


def span_colour(name: str) -> str:
    """The colour of a span; all spans that a user named share one."""
    return _OF_SPAN.get(name, _USERS_OWN)


def text_colour_on(colour: str) -> str:
    """What text on a colour is drawn in."""
    return ON_PALE if colour in _PALE else ON_DEEP

"""Quantiles and tails of the distributions that the procedure needs; scipy.special, imported where it is used."""

# scipy.stats would add a second to the start of a command; scipy.special adds a tenth


def normal_quantile(probability: float) -> float:
    """The value below which a standard normal falls with this probability."""
    from scipy.special import ndtri

    return float(ndtri(probability))


def normal_level(bound: float) -> float:
    """The two-sided level of a bound on a standard normal: P(|Z| > bound)."""
    from scipy.special import ndtr

    return float(2 * ndtr(-bound))


def student_quantile(level: float, freedom: int) -> float:
    """The bound that |T| exceeds with probability `level`, for Student's t."""
    from scipy.special import stdtrit

    return -float(stdtrit(freedom, level / 2))


def student_level(statistic: float, freedom: int) -> float:
    """P(|T| > |statistic|) for Student's t."""
    from scipy.special import stdtr

    return float(2 * stdtr(freedom, -abs(statistic)))


def f_quantile(probability: float, between: int, within: int) -> float:
    """The value below which F falls with this probability."""
    from scipy.special import fdtri

    return float(fdtri(between, within, probability))


def f_level(statistic: float, between: int, within: int) -> float:
    """P(F > statistic)."""
    from scipy.special import fdtrc

    return float(fdtrc(between, within, statistic))

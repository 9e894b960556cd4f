"""The pages' filters: numbers stay with their units, what stands between backticks is code, all is escaped."""

import pytest

from harness.report.page import coded, tight


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain", "plain"),
        ("write `np.convolve(a, b)` instead", "write <code>np.convolve(a, b)</code> instead"),
        ("`a` and `b`", "<code>a</code> and <code>b</code>"),
        ("one ` alone", "one ` alone"),
        ("`<b>` & <i>", "<code>&lt;b&gt;</code> &amp; &lt;i&gt;"),
        ("<b> ` <i>", "&lt;b&gt; ` &lt;i&gt;"),
        ("``", "<code></code>"),
    ],
)
def test_what_stands_between_backticks_is_code_and_all_is_escaped(text: str, expected: str) -> None:
    assert str(coded(text)) == expected


def test_a_number_keeps_its_unit_on_its_line() -> None:
    assert tight("took 51.6 ms, 77 % of it") == "took 51.6\N{NO-BREAK SPACE}ms, 77\N{NO-BREAK SPACE}% of it"
    assert str(coded("took 51.6 ms in `f`")) == "took 51.6\N{NO-BREAK SPACE}ms in <code>f</code>"

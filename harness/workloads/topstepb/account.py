"""Account: the running worth of one strategy, marked at each close, as the streaming rung keeps it."""

from harness.workloads.topstepb.trades import Costs
from harness.workloads.topstepb.year import MS_PER_DAY


class Account:
    """Cash, the open position's worth, the largest drawdown so far and the worth at the end of each UTC day.

    A drawdown is only divided out when its peak is passed: for one peak the lowest worth gives the largest share.
    """

    __slots__ = (
        "_drawdown",
        "_fee",
        "_midnight_ms",
        "_opened",
        "_peak",
        "_realised",
        "_signed_size",
        "_trough",
        "_warm_up",
        "costs",
        "daily_equity",
        "equity",
    )

    def __init__(self, costs: Costs, warm_up: int) -> None:
        self.costs = costs
        self.equity = self._realised = self._peak = self._trough = costs.starting_cash
        self._opened = self._signed_size = self._fee = self._drawdown = 0.0
        self.daily_equity: list[float] = []  # of the days that are over
        self._midnight_ms = 0
        self._warm_up = warm_up

    def at_time(self, row: int, time_ms: int) -> None:
        """Begin a bar: closes the day before it, if that was scored."""
        if row == self._warm_up:
            self._midnight_ms = (time_ms // MS_PER_DAY + 1) * MS_PER_DAY
        elif row > self._warm_up and time_ms >= self._midnight_ms:
            self.daily_equity.append(self.equity)
            self._midnight_ms = (time_ms // MS_PER_DAY + 1) * MS_PER_DAY

    def enter(self, side: int, price: float) -> None:
        fixed = self.costs.contracts
        contracts = self.costs.notional / price if fixed is None else fixed
        self._fee = contracts * self.costs.commission_rate_per_side
        self._signed_size = side * contracts
        self._opened = self._realised - self._fee * price

    def move(self, price_move: float) -> None:
        """The open position now stands this far from its entry price."""
        self.equity = self._opened + self._signed_size * price_move

    def leave(self, entry: float, price: float) -> None:
        self._realised += (self._signed_size * (price - entry) - self._fee * entry) - self._fee * price
        self.equity = self._realised

    def mark(self) -> None:
        """Take the worth as it is now into the drawdown."""
        if self.equity > self._peak:
            self._drawdown = self.max_drawdown()
            self._peak = self._trough = self.equity
        elif self.equity < self._trough:
            self._trough = self.equity

    def max_drawdown(self) -> float:
        """As a share of the peak; 0 if the account never fell."""
        return max(self._drawdown, 1.0 - self._trough / self._peak)

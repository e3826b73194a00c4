"""The gateway's server: doors, the hot inference routes, and the managing routes behind them."""

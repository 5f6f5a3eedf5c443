"""The kiosk: what people touch, the use cases behind it, and the formats and devices below.

`cli`, `app`, `screens` and `widgets` are what people touch, `running` is what goes on behind them.
`till` has a function for each thing that a person can do. `slips`, `paper`, `scanning` and `exports` are
formats and devices; `keys`, `backup` and `doctor` a subject each; `typed` reads what people type, `machine`
is the computer below. The books are another package: `db`.
"""

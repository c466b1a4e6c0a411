"""The economy of the calibration, opened: its stocks to the cent, its flows near their own steady state.

`world` allocates and fills the tables; `households` settles what people earn, own and spend, with `wealth` and
`buffers`; `firms`, `people`, `money` and `lives` write the columns.
"""

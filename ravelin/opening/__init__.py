"""The first day: an economy made from the calibration.

`world` opens it, and asks in this order: `balancing` for the account matrix over a catalog's goods; `population` for
people, who works and who does not, with `wealth` for what they own; `households` (`earnings`, `buffers`, `baskets`)
for what they earn, keep and spend; `business` for the firms, how large, where and with what suppliers. Then `people`,
`firms`, `lives` and `money` write the world, from the `draft` of what is known so far. `calibration` reads the tables,
`memory` says what it takes.
"""

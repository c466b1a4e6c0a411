"""Parameters that several rules share."""


from ravelin.core.parameter import Parameters, parameter


class Taxes(Parameters):
    """Rates of tax, as the calibration closes them."""

    payroll_employer = parameter(0.059994703, "fraction", "payroll tax of employers over wages", low=0, high=0.9,
                                 source="calibration payroll_tax_employer")  # fmt: skip
    payroll_employee = parameter(0.070886051, "fraction", "payroll tax of employees over wages", low=0, high=0.9,
                                 source="calibration payroll_tax_employee")  # fmt: skip
    corporate = parameter(0.066075016, "fraction", "corporate tax over profit", low=0, high=0.9,
                          source="calibration corporate_tax_effective")  # fmt: skip
    depreciation_allowance = parameter(1.0, "1", "wear of capital that profit is free of, over what wears out", low=0,
                                       high=5, source="calibration: profit is taxed net of what wears out")  # fmt: skip
    sales_tax_change = parameter(0.0, "fraction", "added to every good's sales tax", low=-0.1, high=0.5,
                                 source="policy switch")  # fmt: skip

"""Parameters that several rules share."""

from ravelin.core.parameter import Parameters, parameter


class PublicEmployment(Parameters):
    """Whom the government employs."""

    posts = parameter(1.0, "1", "posts of the government over those of the opening: none is laid off, who leaves is "
                      "not replaced", low=0, high=5, source="policy switch",
                      known_as=("Public employment", "government employment", "civil servants", "public sector jobs",
                                "hiring freeze", "teachers", "job guarantee"), policy=True)  # fmt: skip


class Taxes(Parameters):
    """Rates of tax, as the calibration closes them."""

    payroll_employer = parameter(0.059994703, "fraction", "payroll tax of employers over wages", low=0, high=0.9,
                                 source="calibration payroll_tax_employer",
                                 known_as=("Payroll tax of employers", "social security contributions", "labor tax",
                                           "hiring subsidy", "wage subsidy"), policy=True)  # fmt: skip
    payroll_employee = parameter(0.070886051, "fraction", "payroll tax of employees over wages", low=0, high=0.9,
                                 source="calibration payroll_tax_employee",
                                 known_as=("Payroll tax of employees", "social security contributions", "labor tax",
                                           "FICA"), policy=True)  # fmt: skip
    corporate = parameter(0.066075016, "fraction", "corporate tax over profit", low=0, high=0.9,
                          source="calibration corporate_tax_effective",
                          known_as=("Corporate tax", "profit tax", "business tax", "corporation tax"),
                          policy=True)  # fmt: skip
    depreciation_allowance = parameter(1.0, "1", "wear of capital that profit is free of, over what wears out", low=0,
                                       high=5, source="calibration: profit is taxed net of what wears out",
                                       known_as=("Depreciation allowance", "bonus depreciation", "expensing",
                                                 "investment incentive"))  # fmt: skip
    sales_tax_change = parameter(0.0, "fraction", "added to every good's sales tax", low=-0.1, high=0.5,
                                 source="policy switch",
                                 known_as=("Sales tax", "value added tax", "VAT", "GST", "consumption tax"),
                                 policy=True)  # fmt: skip

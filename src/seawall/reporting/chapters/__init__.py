"""The chapters of the plan document, in the order in which a ministry reads them."""

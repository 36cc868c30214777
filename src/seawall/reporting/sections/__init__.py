"""The sections of the page, in the order in which a minister reads them."""

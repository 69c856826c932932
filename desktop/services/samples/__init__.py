"""The parts of the sample year: firms, agency work, training and reporting, and the papers that prove them."""

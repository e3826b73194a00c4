"""How fast: a roofline with a few coefficients fitted to measured servers, and an interval that says how sure it is."""

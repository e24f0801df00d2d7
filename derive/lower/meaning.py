def check(kernel, formulas):
    pass

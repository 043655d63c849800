"""A triangle and a day become five answers in sentences."""

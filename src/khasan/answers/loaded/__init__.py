"""The five answers where only public data sets speak of a triangle, and no casebook."""

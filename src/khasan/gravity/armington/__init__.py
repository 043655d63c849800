"""One sector, many countries: the general equilibrium of trade after its costs change, in exact hats."""

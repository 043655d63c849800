"""Many countries and sectors with input-output linkages: Caliendo and Parro (2015), and complements beyond."""

"""One module a kind of chart; :mod:`khasan.brief.charts` says what data each takes."""

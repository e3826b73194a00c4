"""Pictures as SVG or PNG, by matplotlib, which is an extra and is imported when something is drawn."""

from halfopen.adapters.plot.chart import Mark, NoPlot, intervals

__all__ = ["Mark", "NoPlot", "intervals"]

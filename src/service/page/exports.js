// The figures of reports, for the modules of this page.
export {addNote, all, chart, clear, colour, colourBar, convergence, counted, data, drawings, format, frame, grid, heatMap, hover, legend, legendRows, logTicks, nearest, niceTicks, redrawAll, shortNames, showGrid, table, text, tip, withUnit};

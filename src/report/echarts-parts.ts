import {
  BarChart,
  CustomChart,
  HeatmapChart,
  LineChart,
  LinesChart,
  ParallelChart,
  ScatterChart,
} from 'echarts/charts';
import {
  DataZoomInsideComponent,
  GridComponent,
  LegendComponent,
  ParallelComponent,
  TooltipComponent,
  VisualMapContinuousComponent,
} from 'echarts/components';

/** The parts of ECharts that the charts are made of, without its renderers. */
export const PARTS = [
  ...[BarChart, CustomChart, HeatmapChart, LineChart, LinesChart, ParallelChart, ScatterChart],
  ...[DataZoomInsideComponent, GridComponent, LegendComponent, ParallelComponent, TooltipComponent],
  VisualMapContinuousComponent,
];

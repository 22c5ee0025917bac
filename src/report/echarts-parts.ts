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

/** What of ECharts the charts are made of, without what draws them. */
export const PARTS = [
  ...[BarChart, CustomChart, HeatmapChart, LineChart, LinesChart, ParallelChart, ScatterChart],
  ...[DataZoomInsideComponent, GridComponent, LegendComponent, ParallelComponent, TooltipComponent],
  VisualMapContinuousComponent,
];

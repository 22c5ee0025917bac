import { use } from 'echarts/core';
import { CanvasRenderer } from 'echarts/renderers';
import { parsePythonJson } from '../../base/json.ts';
import { PARTS } from '../echarts-parts.ts';
import type { ReportData } from '../report-data.ts';
import { ReportPage } from './report-page.ts';

// The script of the page: it reads the data in the page, and shows them.

use([...PARTS, CanvasRenderer]);

const data = document.querySelector('script[type="application/json"]')?.textContent ?? '';
new ReportPage(parsePythonJson(data) as unknown as ReportData).open();

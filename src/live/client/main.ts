import { use } from 'echarts/core';
import { CanvasRenderer } from 'echarts/renderers';
import { PARTS } from '../../report/echarts-parts.ts';
import type { PageData } from '../live-data.ts';
import { Connection } from './connection.ts';
import { LivePage } from './live-page.ts';
import { StudiesPage } from './studies-page.ts';

// The script of the live page: it shows what the server sends.

use([...PARTS, CanvasRenderer]);

const place = JSON.parse(document.querySelector('script[type="application/json"]')?.textContent ?? '') as PageData;
const connection = new Connection(place);
const page = place.study === null ? new StudiesPage(place, connection) : new LivePage(place, connection);
connection.open(
  (message) => page.take(message),
  (lost) => page.setLost(lost),
);

import { type ECharts, init } from 'echarts/core';
import { visible } from '../../text/foreign-text.ts';
import type { Chart, View } from '../chart.ts';
import { trialOf } from '../charts/trials.ts';
import type { ReportData } from '../report-data.ts';
import { element } from './dom.ts';
import type { DrawingQueue } from './drawing-queue.ts';
import { KeptChoices } from './kept-choices.ts';
import { morphChildren } from './morph.ts';
import type { ShowTrial } from './trial-dialog.ts';

/** The parts that a {@link ChartCard} works with. */
export interface CardParts {
  /** The drawings of all charts of the page. */
  readonly queue: DrawingQueue;
  readonly show: ShowTrial;
}

/**
 * A chart on the page. It is drawn when it comes into sight, and anew when its data, or a choice that it depends on,
 * have changed.
 */
export class ChartCard {
  readonly element: HTMLElement;
  readonly #chart: Chart;
  readonly #controls: HTMLElement;
  readonly #kept = new KeptChoices();
  readonly #show: ShowTrial;
  #data: ReportData;
  readonly #place: HTMLElement;
  readonly #note: HTMLElement;
  readonly #caveat: HTMLElement;
  readonly #queue: DrawingQueue;
  #view: View;
  #drawn: ECharts | undefined;
  #inSight = false;
  #stale = true;

  /** @param controls the controls beside the chart. */
  constructor(
    chart: Chart,
    data: ReportData,
    view: View,
    controls: readonly HTMLElement[],
    { queue, show }: CardParts,
  ) {
    this.#chart = chart;
    this.#data = data;
    this.#view = view;
    this.#queue = queue;
    this.#show = show;
    this.#controls = element('div', { className: 'controls' }, controls);
    this.#place = element('div', { className: 'chart', 'aria-busy': 'true' });
    this.#place.setAttribute('role', 'img');
    this.#place.setAttribute('aria-label', `${chart.title}. ${chart.caption}`);
    this.#note = element('p', { className: 'lacks', hidden: true });
    this.#caveat = element('p', { className: 'caveat', hidden: true });
    this.element = element(
      'section',
      { className: chart.wide ? 'card wide' : 'card', id: chart.kind },
      element('header', {}, element('h2', {}, chart.title), this.#controls),
      element('p', { className: 'caption' }, [chart.caption, chart.hint].filter(Boolean).join(' ')),
      this.#note,
      this.#caveat,
      this.#place,
    );
    new IntersectionObserver(([entry]) => this.#seen(entry?.isIntersecting === true), { rootMargin: '200px' }).observe(
      this.element,
    );
    new ResizeObserver(() => this.#measure()).observe(this.element);
    this.#layOut();
  }

  /** Shows the data by these choices; draws only if the chart depends on one that has changed. */
  show(view: View): void {
    const former = this.#view;
    this.#view = { ...view, width: former.width };
    if (view.palette === former.palette && this.#chart.choices.every((name) => view[name] === former[name])) return;
    if (view.palette === former.palette) this.#kept.forget();
    this.#layOut();
    this.#stale = true;
    this.#draw();
  }

  /** Shows newer data by these choices; the zoom and the like stay. @param controls as they are with the newer data. */
  update(data: ReportData, view: View, controls: readonly HTMLElement[]): void {
    this.#data = data;
    this.#view = { ...view, width: this.#view.width };
    morphChildren(this.#controls, controls);
    this.#layOut();
    this.#stale = true;
    this.#draw();
  }

  #seen(inSight: boolean): void {
    this.#inSight = inSight;
    this.#draw();
  }

  #measure(): void {
    const width = Math.floor(this.#place.clientWidth);
    if (width === 0 || width === this.#view.width) return;
    this.#view = { ...this.#view, width };
    this.#layOut();
    this.#stale = true;
    this.#draw();
  }

  #layOut(): void {
    const lacks = this.#chart.lacks(this.#data, this.#view);
    this.#note.textContent = visible(lacks ?? '');
    this.#note.hidden = lacks === undefined;
    this.#place.hidden = lacks !== undefined;
    const caveat = lacks === undefined ? this.#chart.caveat?.(this.#data, this.#view) : undefined;
    this.#caveat.textContent = caveat ?? '';
    this.#caveat.hidden = caveat === undefined;
    if (lacks === undefined) this.#place.style.height = `${this.#chart.height(this.#data, this.#view)}px`;
  }

  /** Draws the chart after those that were queued before, so that the first one is there at once. */
  #draw(): void {
    if (this.#inSight && this.#stale) this.#queue.add(() => this.#drawNow());
  }

  async #drawNow(): Promise<void> {
    if (!this.#inSight || !this.#stale || this.#place.hidden) return;
    const width = Math.floor(this.#place.clientWidth);
    if (width === 0) return;
    this.#view = { ...this.#view, width };
    this.#stale = false;
    this.#place.setAttribute('aria-busy', 'true');
    this.#drawn ??= this.#begin();
    const drawn = this.#drawn;
    const finished = new Promise<void>((resolve) => {
      const finish = () => {
        drawn.off('finished', finish);
        this.#place.setAttribute('aria-busy', 'false');
        resolve();
      };
      drawn.on('finished', finish);
    });
    drawn.resize();
    drawn.setOption(this.#kept.within(this.#chart.option(this.#data, this.#view)), { notMerge: true });
    this.#kept.restore(drawn);
    await finished;
  }

  #begin(): ECharts {
    const drawn = init(this.#place);
    drawn.on('click', ({ data }) => {
      const trial = trialOf(this.#data, data);
      if (trial !== undefined) this.#show(trial);
    });
    this.#kept.follow(drawn);
    return drawn;
  }
}

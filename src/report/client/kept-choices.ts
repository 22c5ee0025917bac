import type { EChartsOption } from 'echarts';
import type { ECharts } from 'echarts/core';

interface Zoom {
  readonly start: number;
  readonly end: number;
}

/** What a reader has chosen in a chart by the pointer: a zoom, hidden series, and ranges of parallel axes. */
export class KeptChoices {
  #zoom: Zoom | undefined;
  #shown: Readonly<Record<string, boolean>> | undefined;
  readonly #ranges = new Map<string, unknown>();

  /** Keeps what is chosen in a drawing from now on. */
  follow(drawn: ECharts): void {
    drawn.on('datazoom', (event) => {
      const { start, end } = ((event as { batch?: readonly unknown[] }).batch?.[0] ?? event) as Partial<Zoom>;
      if (start !== undefined && end !== undefined) this.#zoom = { start, end };
    });
    drawn.on('legendselectchanged', (event) => {
      this.#shown = (event as { selected: Record<string, boolean> }).selected;
    });
    drawn.on('axisareaselected', (event) => {
      const { parallelAxisId, intervals } = event as { parallelAxisId?: string; intervals?: unknown };
      if (parallelAxisId !== undefined) this.#ranges.set(parallelAxisId, intervals);
    });
  }

  /** Forgets all choices. */
  forget(): void {
    this.#zoom = undefined;
    this.#shown = undefined;
    this.#ranges.clear();
  }

  /** An option with the choices in it, but for ranges of axes. */
  within(option: EChartsOption): EChartsOption {
    const { dataZoom, legend } = option;
    return {
      ...option,
      ...(this.#zoom && Array.isArray(dataZoom) && { dataZoom: dataZoom.map((each) => ({ ...each, ...this.#zoom })) }),
      ...(this.#shown && legend && { legend: { ...legend, selected: this.#shown } }),
    } as EChartsOption;
  }

  /** Chooses the ranges of axes anew in a drawing that has its option. */
  restore(drawn: ECharts): void {
    for (const [parallelAxisId, intervals] of [...this.#ranges]) {
      drawn.dispatchAction({ type: 'axisAreaSelect', parallelAxisId, intervals });
    }
  }
}

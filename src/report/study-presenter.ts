import { checkFields, checkOption, flag, oneOf, refusal, text, wholeNumberFrom } from '../base/option-checks.ts';
import { PLOT_KINDS } from '../study/plot-kinds.ts';
import type { PlotOptions, Presenter, ReportOptions } from '../study/presentation.ts';
import type { StoredStudy } from '../study/stored-study.ts';
import { distributionsOf } from '../trial/shared-distributions.ts';
import { pageScript } from './page-script.ts';
import { LARGEST, LEAST_HEIGHT, LEAST_WIDTH } from './picture-size.ts';
import { studyReport } from './study-report.ts';

/** Shows studies as `hpo report` and `hpo plot` do. */
export const studyPresenter: Presenter = {
  async report(stored, options) {
    const readAt = new Date();
    checkFields(options, { images: flag } satisfies Record<keyof ReportOptions, unknown>, refusal(CODE, 'report()'));
    return studyReport(stored, await pageScript(), options.images ?? true, readAt);
  },

  async plot(stored, kind, options) {
    const { studyPlot } = await import('./study-plot.ts');
    const refuse = refusal(CODE, 'plot()');
    checkOption('kind', kind, oneOf(...PLOT_KINDS), refuse);
    const fields = {
      width: wholeNumberFrom(LEAST_WIDTH, LARGEST),
      height: wholeNumberFrom(LEAST_HEIGHT, LARGEST),
      direction: wholeNumberFrom(0, stored.record.directions.length - 1),
      params: { wanted: paramsWanted(stored), accepts: (value: unknown) => areParams(value, stored) },
      metric: text,
      log: flag,
      theme: oneOf('light', 'dark'),
    } satisfies Record<keyof PlotOptions, unknown>;
    checkFields(options, fields, refuse);
    return studyPlot(stored, kind, options, (problem) => refuse(problem, { metric: options.metric }));
  },
};

const CODE = 'HPO_INVALID_ARGUMENT';

function paramsOf({ trials }: StoredStudy): ReadonlySet<string> {
  return new Set([...distributionsOf(trials)].flatMap((own) => Object.keys(own)));
}

function areParams(value: unknown, stored: StoredStudy): boolean {
  const known = paramsOf(stored);
  return Array.isArray(value) && value.length > 0 && value.every((name) => known.has(name));
}

function paramsWanted(stored: StoredStudy): string {
  const known = [...paramsOf(stored)];
  return known.length === 0 ? 'none, since no trial has a parameter' : `a list of ${known.join(', ')}`;
}

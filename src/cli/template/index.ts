import { functionTemplate } from './function-template.ts';
import { programTemplate } from './program-template.ts';
import type { Template } from './template.ts';
import { tfjsTemplate } from './tfjs-template.ts';

/** The kinds of studies that `hpo init` and `npm create hpo` write, the default first. */
export const TEMPLATES = [functionTemplate, programTemplate, tfjsTemplate] as const satisfies readonly Template[];

export { type DraftedParam, draftedParams, PARAMS_FORM, paramsText } from './drafted-param.ts';
export type { StudyDraft, Template } from './template.ts';

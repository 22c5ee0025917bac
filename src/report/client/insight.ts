import type { Insight, Mistake } from '../report-data.ts';
import { countText } from '../text.ts';
import { element } from './dom.ts';
import { percent } from './facts.ts';

/** The images of the retrained winner's test: its mistakes, and samples of the data. */
export function insightCards(insight: Insight): readonly HTMLElement[] {
  return [mistakesCard(insight), samplesCard(insight), channelsCard(insight)].filter((card) => card !== undefined);
}

function mistakesCard({ images, wrong, mistakes, classes }: Insight): HTMLElement | undefined {
  const shown = mistakes.filter(({ picture }) => picture !== null);
  if (shown.length === 0) return undefined;
  const hasMaps = shown.some(({ map }) => map !== null);
  const which = Number.isNaN(wrong)
    ? 'Images taken for another class'
    : `${countText(wrong)} of ${countText(images)} images were taken for another class`;
  const beside = hasMaps
    ? ' Beside each, the warmer a place is, the more it spoke for the wrong class (Grad-CAM).'
    : '';
  return pictureCard(
    'mistakes',
    'Misclassified images',
    `${which}; these are the ones that the model was surest of: what they are → what it saw.${beside}`,
    element(
      'div',
      { className: 'mistakes' },
      shown.map((mistake) => mistakeFigure(mistake, classes)),
    ),
  );
}

function mistakeFigure(
  { label, predicted, confidence, picture, map }: Mistake,
  classes: Insight['classes'],
): HTMLElement {
  const [actual, seen] = [label, predicted].map((at) => (at === null ? '?' : (classes[at]?.name ?? '?'))) as [
    string,
    string,
  ];
  return element(
    'figure',
    { title: `${actual} taken for ${seen}` },
    element(
      'div',
      {},
      [picture, map].map((png) => (png === null ? undefined : image(png, png === map ? 'its Grad-CAM' : actual))),
    ),
    element(
      'figcaption',
      {},
      element('span', {}, actual),
      ' → ',
      element('b', {}, seen),
      Number.isNaN(confidence) ? '' : ` ${Math.round(100 * confidence)} %`,
    ),
  );
}

function samplesCard({ samples, classes }: Insight): HTMLElement | undefined {
  if (samples.length === 0) return undefined;
  const rows = samples.map(({ label, picture }) => {
    const { name = '', images = 0, right = 0 } = classes[label] ?? {};
    return element(
      'tr',
      {},
      element('td', { title: name }, name),
      element('td', { className: 'number' }, images > 0 ? percent(right / images) : ''),
      element('td', { className: 'strip' }, image(picture, `images of the class ${name}`)),
    );
  });
  return pictureCard(
    'samples',
    'Examples of each class',
    'Images of the test, and the share of the class that is recognised.',
    element('div', { className: 'scroll' }, element('table', { className: 'samples' }, element('tbody', {}, rows))),
  );
}

/** The names of the channels of an image by their number. */
const CHANNELS: Readonly<Record<number, readonly string[]>> = {
  1: ['grey'],
  2: ['grey', 'alpha'],
  3: ['red', 'green', 'blue'],
  4: ['red', 'green', 'blue', 'alpha'],
};

function channelsCard({ channels, channelsPicture }: Insight): HTMLElement | undefined {
  if (channelsPicture === null) return undefined;
  const figures = channels.map(
    ({ mean, deviation }, at) =>
      `${CHANNELS[channels.length]?.[at] ?? at}: mean ${mean.toFixed(3)}, deviation ${deviation.toFixed(3)}`,
  );
  const caption = `An image of each class, and below it each of its channels. Of bytes as 0 to 1, ${figures.join('; ')}.`;
  return pictureCard(
    'channels',
    'Colour channels',
    caption,
    element('div', { className: 'channels' }, image(channelsPicture, 'images and their channels')),
  );
}

function pictureCard(id: string, title: string, caption: string, content: HTMLElement): HTMLElement {
  return element(
    'section',
    { className: id === 'mistakes' ? 'card wide' : 'card', id },
    element('header', {}, element('h2', {}, title)),
    element('p', { className: 'caption' }, caption),
    content,
  );
}

function image(png: string, alt: string): HTMLElement {
  return element('img', { src: `data:image/png;base64,${png}`, alt });
}

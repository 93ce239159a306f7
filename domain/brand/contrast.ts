/** What a brand's colour is read on or holds words: paper and light screens, and the ground of dark ones. #rrggbb. */
export const PAPER = '#ffffff';
export const DARK_GROUND = '#0d0e11';

/** WCAG 2.2, 1.4.3: of words that are not large. */
export const CONTRAST_MIN = 4.5;

type Rgb = readonly [number, number, number];

/** The contrast of two colours (#rrggbb), from 1 to 21, as WCAG 2.2 defines it. */
export function contrastRatio(one: string, other: string): number {
  const [a, b] = [luminance(rgbOf(one)), luminance(rgbOf(other))];
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}

/**
 * The colour itself where it can be read on `ground`, else the nearest one that can: darkened on a light ground, lightened on a dark one, in the
 * smallest step that does, and no more. Pages, mails and screens all ask here, so what is shown is what is used.
 */
export function readableOn(colour: string, ground: string): string {
  if (contrastRatio(colour, ground) >= CONTRAST_MIN) return colour.toLowerCase();
  const end: Rgb = luminance(rgbOf(ground)) > MIDDLE ? [0, 0, 0] : [255, 255, 255];
  const from = rgbOf(colour);
  for (let step = 1; step < STEPS; step += 1) {
    const mixed = hexOf(mix(from, end, step / STEPS));
    if (contrastRatio(mixed, ground) >= CONTRAST_MIN) return mixed;
  }
  return hexOf(end);
}

/** How a brand's colour does where it is used. */
export interface ColourCheck {
  readonly use: 'on-white' | 'white-on-it' | 'on-dark';
  /** Of the colour as it was chosen. */
  readonly ratio: number;
  readonly isEnough: boolean;
  /** What is used there: the colour itself, or the nearest that can be read. */
  readonly used: string;
}

/** The checks of a colour: words in it on white, white words on it, and words in it on the dark ground. */
export function checkColour(colour: string): ColourCheck[] {
  const check = (use: ColourCheck['use'], ground: string): ColourCheck => {
    const ratio = contrastRatio(colour, ground);
    return { use, ratio, isEnough: ratio >= CONTRAST_MIN, used: readableOn(colour, ground) };
  };
  return [check('on-white', PAPER), check('white-on-it', PAPER), check('on-dark', DARK_GROUND)];
}

/** `4.49:1`: cut and not rounded, so that what is too little never reads as enough. */
export function ratioWords(ratio: number): string {
  return `${(Math.floor(ratio * 100) / 100).toFixed(2)}:1`;
}

const STEPS = 256;
/** A ground of this luminance is as far from black as from white. */
const MIDDLE = 0.1791;

function rgbOf(colour: string): Rgb {
  const value = Number.parseInt(colour.slice(1), 16);
  return [(value >> 16) & 255, (value >> 8) & 255, value & 255];
}

function hexOf(rgb: Rgb): string {
  return `#${rgb.map((part) => Math.round(part).toString(16).padStart(2, '0')).join('')}`;
}

function mix(from: Rgb, to: Rgb, share: number): Rgb {
  const [r, g, b] = from.map((part, at) => part + ((to[at] ?? 0) - part) * share);
  return [r ?? 0, g ?? 0, b ?? 0];
}

function luminance(rgb: Rgb): number {
  const [r = 0, g = 0, b = 0] = rgb.map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

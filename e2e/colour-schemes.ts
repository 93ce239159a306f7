type Schemes = readonly ('light' | 'dark')[];

const hasAllTheTime = process.env['HOLDFAST_THOROUGH'] === 'all';

/**
 * In which colours screens of one part are looked at. What most screens look like in both is looked at by `screens.spec.ts`; the dark ones of
 * the others take minutes more, which `test:long` alone has (HOLDFAST_THOROUGH=all).
 */
export const COLOUR_SCHEMES: Schemes = hasAllTheTime ? ['light', 'dark'] : ['light'];

/** The same of dialogs and of what is opened by hand on the way through a part: in `test:long` alone. */
export const DIALOG_COLOUR_SCHEMES: Schemes = hasAllTheTime ? ['light', 'dark'] : [];

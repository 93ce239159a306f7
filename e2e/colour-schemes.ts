type Schemes = readonly ('light' | 'dark')[];

const hasAllTheTime = process.env['HOLDFAST_THOROUGH'] === 'all';

/** In which colours screens are looked at: the dark ones take minutes more, which `test:long` alone has (HOLDFAST_THOROUGH=all). */
export const COLOUR_SCHEMES: Schemes = hasAllTheTime ? ['light', 'dark'] : ['light'];

/** The same of dialogs, of what is opened by hand on the way through a part, and of the rooms: in `test:long` alone. */
export const DIALOG_COLOUR_SCHEMES: Schemes = hasAllTheTime ? ['light', 'dark'] : [];

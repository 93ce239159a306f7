import { isThorough } from '../test/thorough';

type Schemes = readonly ('light' | 'dark')[];

/** In which colours screens are looked at: the dark ones take minutes more, which `test:long` alone has. */
export const COLOUR_SCHEMES: Schemes = isThorough ? ['light', 'dark'] : ['light'];

/** The same of dialogs, of what is opened by hand on the way through a part, and of the rooms: in `test:long` alone. */
export const DIALOG_COLOUR_SCHEMES: Schemes = isThorough ? ['light', 'dark'] : [];

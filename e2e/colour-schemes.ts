/**
 * In which colours the screens of one part are looked at. Every screen's dark colours are looked at by `screens.spec.ts`; those of dialogs
 * and of what is opened take minutes more, which `test:long` alone has (HOLDFAST_THOROUGH=all).
 */
export const COLOUR_SCHEMES: readonly ('light' | 'dark')[] =
  process.env['HOLDFAST_THOROUGH'] === 'all' ? ['light', 'dark'] : ['light'];

/** Whether there is all the time that is wanted: in `npm run test:long` (HOLDFAST_THOROUGH=all), not in `npm test`. */
export const isThorough = process.env['HOLDFAST_THOROUGH'] === 'all';

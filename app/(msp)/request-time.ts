import { cache } from 'react';

/** The instant that everything on one answer is told for: its frame, its parts and its title agree on it. */
export const requestTime = cache(() => new Date());

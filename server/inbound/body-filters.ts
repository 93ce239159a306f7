import { z } from 'zod';
import { NO_FILTERS } from '@/domain/ping/check';

const words = z.array(z.string().min(1).max(100)).max(20);

/** The words of a check's bodies as they are kept; what is left out has none. */
export const bodyFilters = z.object({
  isOn: z.boolean().default(NO_FILTERS.isOn),
  start: words.default([]),
  success: words.default([]),
  failure: words.default([]),
  otherwise: z.enum(['ignore', 'fail']).default(NO_FILTERS.otherwise),
});

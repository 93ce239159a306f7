import { createHash } from 'node:crypto';
import type { Sha256 } from '@/domain/evidence/merkle';

/** For the rules of the evidence log, which are pure. */
export const sha256: Sha256 = (bytes) => createHash('sha256').update(bytes).digest();

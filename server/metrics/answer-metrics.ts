import { createHash, timingSafeEqual } from 'node:crypto';
import { AppError } from '../errors';
import { metrics } from './metrics';

/** Figures as Prometheus reads them. */
export interface MetricsAnswer {
  readonly contentType: string;
  readonly text: string;
}

/**
 * `/metrics` of every process.
 * @param token that has to be shown (HOLDFAST_METRICS_TOKEN); null: there are no figures to be read here
 * @throws AppError 'not-found', and 'not-signed-in' for another token or none
 */
export async function answerMetrics(
  token: string | null,
  authorization: string | null | undefined,
): Promise<MetricsAnswer> {
  if (token === null) throw new AppError('not-found', 'There is nothing here.');
  if (!showsToken(token, authorization))
    throw new AppError('not-signed-in', 'Show the token of HOLDFAST_METRICS_TOKEN: Authorization: Bearer …');
  const { registry } = metrics();
  return { contentType: registry.contentType, text: await registry.metrics() };
}

/** Whether a request shows the token, told in the same time whatever it shows. */
export function showsToken(token: string | null, authorization: string | null | undefined): boolean {
  const shown = /^Bearer ([\x21-\x7e]+)$/i.exec(authorization ?? '')?.[1];
  return token !== null && shown !== undefined && timingSafeEqual(digest(shown), digest(token));
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

import { AGENT_PATH, ENROL_PATH, REPORTS_PATH } from '@/contract/delivery';
import { RESTORE_REQUESTS_PATH } from '@/contract/restore-request';
import { isManagement } from './management-desk';

/** By which kind of channel a path brings something; null: it brings nothing. */
export function channelOf(path: string): 'agent' | 'ping' | 'webhook' | 'mail' | null {
  if (path === REPORTS_PATH) return 'agent';
  if (path.startsWith('/ping/')) return 'ping';
  if (path.startsWith('/hook/')) return 'webhook';
  return path.startsWith('/mail/') ? 'mail' : null;
}

const FIXED: readonly string[] = [
  REPORTS_PATH,
  RESTORE_REQUESTS_PATH,
  ENROL_PATH,
  AGENT_PATH,
  '/health',
  '/healthz',
  '/readyz',
  '/metrics',
];

/** The pattern of a path of the ingestion process; what fits none is 'other'. */
export function ingestRoute(path: string): string {
  if (FIXED.includes(path)) return path;
  if (isManagement(path)) return '/api/[version]/[…]';
  const channel = channelOf(path);
  return channel === null ? 'other' : `/${channel === 'webhook' ? 'hook' : channel}/[address]`;
}

import type { PullCredentials } from '@/domain/pull/pull-settings';
import { type Asker, PullFailure } from './ask';
import type { Connector, PullConnection } from './connector';
import { httpJsonConnector } from './http-json';
import { pbsConnector } from './pbs';
import { veeamConnector } from './veeam';

/** The connector of a kind. @throws PullFailure where credentials are of another kind */
export function connectorOf({ baseUrl, settings, credentials }: PullConnection, asker: Asker): Connector {
  if (settings.kind === 'pbs' && credentials.kind === 'pbs')
    return pbsConnector({ baseUrl, settings, credentials }, asker);
  if (settings.kind === 'veeam' && credentials.kind === 'veeam')
    return veeamConnector({ baseUrl, settings, credentials }, asker);
  if (settings.kind === 'http-json' && credentials.kind === 'http-json')
    return httpJsonConnector({ baseUrl, settings, credentials }, asker);
  throw new PullFailure('unreadable-credentials');
}

/** What is secret of credentials, as it is sent. */
export function secretsIn(credentials: PullCredentials): readonly string[] {
  switch (credentials.kind) {
    case 'pbs':
      return [credentials.secret];
    case 'veeam':
      return [credentials.password];
    case 'http-json':
      return [credentials.header.replace(/^[^:]*:\s*(?:\S+\s+)?/, '')];
  }
}

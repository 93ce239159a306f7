import type { ConnectWiseSettings, RestSettings } from '@/domain/tickets/ticket-settings';

const plain = { headers: '', body: '' } as const;

/** What the plain ticket service of the tests needs. */
export function restSettingsOf(url: string): RestSettings {
  const set = (status: string) => ({
    method: 'PATCH' as const,
    url: `${url}/tickets/{{ticketId}}`,
    headers: '',
    body: JSON.stringify({ status, note: '{{note}}' }),
  });
  return {
    kind: 'rest-tickets',
    secretHeaders: 'Authorization: Bearer t0ken',
    open: {
      method: 'POST',
      url: `${url}/tickets`,
      headers: 'X-Client: {{clientName}}',
      body: JSON.stringify({
        title: '{{summary}}',
        text: '{{description}}',
        company: '{{companyId:number}}',
        key: '{{key}}',
      }),
      idPath: 'ticket.id',
      linkAt: 'ticket.html_url',
    },
    update: {
      method: 'POST',
      url: `${url}/tickets/{{ticketId}}/notes`,
      headers: '',
      body: '{"note": "{{note}}"}',
    },
    close: set('done'),
    reopen: set('open'),
    find: {
      ...plain,
      method: 'GET',
      url: `${url}/tickets?key={{key}}`,
      idPath: 'results[0].id',
      linkAt: 'https://desk.example/t/{{ticketId}}',
    },
    test: { ...plain, method: 'GET', url: `${url}/me` },
  };
}

/** What its ConnectWise Manage needs. */
export function connectWiseSettingsOf(url: string): ConnectWiseSettings {
  return {
    kind: 'connectwise',
    siteUrl: url,
    company: 'holdfast',
    publicKey: 'public',
    privateKey: 'private',
    clientId: 'client-id',
    board: 'Backups',
    openStatus: 'Re-opened',
    closedStatus: '>Closed',
  };
}

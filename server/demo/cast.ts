import { northgateClients } from './northgate-clients';
import { quillmarkClients } from './quillmark-clients';
import type { DemoMsp, DemoPolicy } from './story';

const DAILY: DemoPolicy = { name: 'Server 3-2-1', overrides: { rpoSeconds: 30 * 3600 } };

/** The demo's one cast: two MSPs, their people, clients, machines, and what happens to them. All invented. */
export const DEMO_CAST: readonly DemoMsp[] = [
  {
    name: 'Quillmark IT',
    timeZone: 'Europe/London',
    domain: 'quillmark.example',
    people: [
      { role: 'technician', name: 'Mara Ellison', mailbox: 'mara', hasCodes: true },
      { role: 'owner', name: 'Owen Quill', mailbox: 'owen', hasCodes: true },
      { role: 'admin', name: 'Priya Nair', mailbox: 'priya', hasCodes: true },
      { role: 'read-only', name: 'Tom Hale', mailbox: 'tom', hasCodes: false },
      {
        role: 'technician',
        name: 'Isla Bram',
        mailbox: 'isla',
        hasCodes: true,
        sees: ['Kettlesby Farms', 'Harrowmere Dental Group'],
      },
      {
        role: 'leader',
        name: 'Rosalind Tarn',
        mailbox: 'rosalind',
        hasCodes: true,
        sees: ['Tindalworth Logistics'],
      },
      {
        role: 'leader',
        name: 'Edwin Marsh',
        mailbox: 'edwin',
        hasCodes: true,
        sees: ['Harrowmere Dental Group'],
      },
      {
        role: 'auditor',
        name: 'Ines Calloway',
        mailbox: 'ines.auditor',
        hasCodes: true,
        sees: ['Tindalworth Logistics', 'Ulverby Marine'],
      },
      {
        role: 'auditor',
        name: 'Jonas Pell',
        mailbox: 'jonas.auditor',
        hasCodes: true,
        sees: ['Tindalworth Logistics'],
      },
    ],
    policy: DAILY,
    clients: quillmarkClients(),
  },
  {
    name: 'Northgate Systems',
    timeZone: 'Europe/Dublin',
    domain: 'northgate.example',
    people: [
      { role: 'technician', name: 'Niamh Byrne', mailbox: 'niamh', hasCodes: true },
      { role: 'owner', name: 'Conor Walsh', mailbox: 'conor', hasCodes: true },
    ],
    policy: DAILY,
    clients: northgateClients(),
  },
];

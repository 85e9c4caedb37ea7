import { everyRowOn } from './everyRow';

everyRowOn(['1.13.0', '1.14.2', 'main-2026-06', '1.16']);

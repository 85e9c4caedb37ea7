import { everyRowOn } from './everyRow';

everyRowOn(['0.15.3', '1.4.3', '1.10.1']);

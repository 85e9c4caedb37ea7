import { replayVersion } from './suite';

replayVersion('1.13.0');

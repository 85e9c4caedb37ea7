import { replayVersion } from './suite';

replayVersion('1.4.3');

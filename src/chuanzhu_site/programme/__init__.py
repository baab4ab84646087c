"""Events (对接会): filled from open demands, planned by the library, recorded meeting by meeting, asked after."""

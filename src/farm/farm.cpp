#include "arcuate/farm/farm.hpp"

"""How many number plates are read right, on photographs and on drawn cars, beside the plain `rapidocr` pipeline."""
